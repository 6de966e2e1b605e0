/* The attendance grid by the keyboard: one key sets a presence, Enter goes down a column. Without this script the same
   boxes are filled in one by one, and the buttons ask the server. */
"use strict";
(function () {
    function boxesBelow(box, step) {
        const column = box.closest("td, th").cellIndex;
        const rows = Array.from(box.closest("table").querySelectorAll("tbody tr:not(.entry-group)"));
        const row = rows[rows.indexOf(box.closest("tr")) + step];
        return row && row.cells[column].querySelector("select, input:not([type=hidden]), textarea");
    }

    function goTo(box) {
        if (!box) {
            return;
        }
        box.focus();
        if (box.select) {
            box.select();
        }
    }

    function setPresence(box, event) {
        const keys = new Map(box.dataset.keys.split(" ").map((pair) => pair.split(":")));
        const clears = event.key === "Delete" || event.key === "Backspace";
        const value = clears ? "" : keys.get(event.key.toLowerCase());
        if (value === undefined) {
            return false;
        }
        box.value = value;
        box.dispatchEvent(new Event("change", { bubbles: true }));
        goTo(boxesBelow(box, 1));
        return true;
    }

    document.addEventListener("keydown", function (event) {
        const box = event.target;
        if (!box.closest || !box.closest(".entry-grid") || event.ctrlKey || event.metaKey || event.altKey) {
            return;
        }
        if (box.dataset.keys && setPresence(box, event)) {
            event.preventDefault();
        } else if (event.key === "Enter" && box.matches("input, select")) {
            // Also so that Enter in one box of many does not save the page.
            event.preventDefault();
            goTo(boxesBelow(box, event.shiftKey ? -1 : 1));
        }
    });

    document.addEventListener("click", function (event) {
        const button = event.target.closest("button[name=fill]");
        if (!button) {
            return;
        }
        event.preventDefault();
        let first = null;
        button.closest("tbody").querySelectorAll("select[data-keys]").forEach(function (box) {
            if (!box.value && box.name.startsWith("p")) {
                box.value = "present";
                first = first || box;
            }
        });
        goTo(first || button.closest("tbody").querySelector("select[data-keys]"));
    });

    window.addEventListener("load", function () {
        const first = document.querySelector(".errornote a");
        if (first) {
            goTo(document.getElementById(first.hash.slice(1)));
        }
    });
})();
