// Files dropped on the upload place are chosen as if picked by hand; without a script the field below works alone.
(() => {
  "use strict";
  const place = document.querySelector("[data-drop]");
  if (!place) return;
  const field = place.querySelector("input[type=file]"), name = place.querySelector("[data-chosen]");
  const tell = () => { name.textContent = field.files.length ? field.files[0].name : ""; };
  for (const kind of ["dragenter", "dragover"]) {
    place.addEventListener(kind, (event) => { event.preventDefault(); place.classList.add("over"); });
  }
  for (const kind of ["dragleave", "drop"]) {
    place.addEventListener(kind, (event) => { event.preventDefault(); place.classList.remove("over"); });
  }
  place.addEventListener("drop", (event) => {
    if (!event.dataTransfer.files.length) return;
    field.files = event.dataTransfer.files;
    tell();
  });
  field.addEventListener("change", tell);
})();
