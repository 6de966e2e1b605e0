/* Names for what the admin's own scripts build without one, so that a screen reader can say what a box is for. */
"use strict";
(function () {
    function nameBoxes() {
        document.querySelectorAll("select.admin-autocomplete").forEach(function (select) {
            const box = select.parentElement.querySelector(".select2-selection");
            const shown = box && box.querySelector(".select2-selection__rendered");
            if (!shown || box.dataset.named) {
                return;
            }
            const label = select.labels && select.labels[0];
            const name = label ? label.textContent.trim().replace(/:$/, "") : select.getAttribute("aria-label");
            // The box is named by its own label and by what is chosen in it.
            box.id = box.id || select.id + "-box";
            box.setAttribute("aria-label", name);
            box.setAttribute("aria-labelledby", box.id + " " + shown.id);
            shown.removeAttribute("role");
            shown.removeAttribute("aria-readonly");
            box.dataset.named = "yes";
        });
        document.querySelectorAll(".search-label-icon[aria-label]").forEach(function (icon) {
            icon.setAttribute("role", "img");
        });
    }
    document.addEventListener("formset:added", function () {
        window.setTimeout(nameBoxes, 0);
    });
    window.addEventListener("load", function () {
        const $ = window.django && window.django.jQuery;
        if (!$) {
            nameBoxes();
            return;
        }
        $(nameBoxes); // after the admin's own start, which builds the boxes
        $(document).on("select2:open", function (event) {
            const search = document.querySelector(".select2-container--open .select2-search__field");
            const box = event.target.parentElement.querySelector(".select2-selection");
            if (search && box) {
                search.setAttribute("aria-label", box.getAttribute("aria-label"));
            }
        });
    });
})();
