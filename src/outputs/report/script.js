(function () {
  var boxes = Array.prototype.slice.call(document.querySelectorAll('.legend input[data-r]'));
  function apply(box) {
    document.querySelectorAll('svg [data-r="' + box.dataset.r + '"]').forEach(function (part) {
      part.classList.toggle('off', !box.checked);
    });
  }
  boxes.forEach(function (box) {
    box.addEventListener('change', function () { apply(box); });
    apply(box);
  });
  document.querySelectorAll('.switch').forEach(function (p) { p.hidden = false; });
  document.querySelectorAll('[data-all]').forEach(function (button) {
    button.addEventListener('click', function () {
      boxes.forEach(function (box) { box.checked = button.dataset.all === '1'; apply(box); });
    });
  });
  window.addEventListener('beforeprint', function () {
    document.querySelectorAll('details').forEach(function (d) { d.open = true; });
  });
})();
