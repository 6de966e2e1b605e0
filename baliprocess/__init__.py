"""The project: the ground floor that the three apps stand on, and the site about the whole record."""
