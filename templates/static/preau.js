/* Comfort only: every page works without this file. It shows typed passwords on demand, and ticks off the demands on a new
   password as they are met. Texts come from the page, in its language. */
(function () {
  "use strict";

  function revealButton(box) {
    var input = box.querySelector("input");
    var words = box.dataset.reveal.split("|");
    var button = document.createElement("button");
    button.type = "button";
    button.className = "button second";
    button.setAttribute("aria-controls", input.id);
    function show(visible) {
      input.type = visible ? "text" : "password";
      button.textContent = words[visible ? 1 : 0];
      button.setAttribute("aria-label", button.textContent + " : " + box.dataset.revealLabel);
    }
    button.addEventListener("click", function () { show(input.type === "password"); input.focus(); });
    if (input.form) { input.form.addEventListener("submit", function () { show(false); }); }
    show(false);
    box.appendChild(button);
  }

  var demands = {
    "min": function (typed, item) { return Array.from(typed).length >= Number(item.dataset.count); },
    "max": function (typed, item) { return typed.length > 0 && Array.from(typed).length <= Number(item.dataset.count); },
    "mixed": function (typed) { return /\p{L}/u.test(typed) && /\p{Nd}/u.test(typed); }
  };

  function watchDemands(list) {
    var input = document.getElementById(list.dataset.demandsOf);
    var items = Array.from(list.querySelectorAll("[data-demand]"));
    function look() {
      items.forEach(function (item) {
        var met = demands[item.dataset.demand](input.value, item);
        item.className = input.value === "" ? "" : met ? "met" : "unmet";
        var said = item.querySelector("span");
        var text = input.value === "" ? "" : " : " + (met ? list.dataset.met : list.dataset.unmet);
        if (said.textContent !== text) { said.textContent = text; }
      });
    }
    input.addEventListener("input", look);
    look();
  }

  document.querySelectorAll("[data-reveal]").forEach(revealButton);
  document.querySelectorAll("[data-demands-of]").forEach(watchDemands);
}());
