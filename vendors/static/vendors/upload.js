// Shows the progress of an upload and fills in the SHA-256 of small archives. Without it the form works all the same.
"use strict";

const HASH_AT_MOST = 256 * 1024 * 1024;

async function sha256(file) {
  const digest = await crypto.subtle.digest("SHA-256", await file.arrayBuffer());
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function show(form, percent, text) {
  const area = form.querySelector("[data-progress]");
  area.hidden = false;
  area.querySelector("progress").value = percent;
  area.querySelector("[role=status]").textContent = text;
}

function replacePage(request) {
  const page = new DOMParser().parseFromString(request.responseText, "text/html");
  document.title = page.title;
  document.body.replaceWith(page.body);
  if (request.responseURL !== location.href) {
    history.pushState(null, "", request.responseURL);
  }
  const first = document.querySelector(".error-summary") || document.querySelector("main");
  first.focus();
  start();
}

function send(form) {
  const button = form.querySelector("button:not([type=button])");
  const request = new XMLHttpRequest();
  const again = () => {
    button.disabled = false;
    show(form, 0, form.dataset.broken);
  };
  request.upload.addEventListener("progress", (event) => {
    const percent = event.lengthComputable ? Math.floor((event.loaded / event.total) * 100) : 0;
    show(form, percent, percent < 100 ? `${form.dataset.sending} ${percent}%` : form.dataset.storing);
  });
  request.addEventListener("load", () => replacePage(request));
  request.addEventListener("error", again);
  request.addEventListener("abort", again);
  request.open("POST", form.getAttribute("action") || location.href);
  request.send(new FormData(form));
  button.disabled = true;
  show(form, 0, form.dataset.sending);
}

function start() {
  const form = document.querySelector("form[data-upload]");
  if (!form) {
    return;
  }
  const archive = form.elements.archive;
  const sum = form.elements.sha256;
  archive.addEventListener("change", async () => {
    const file = archive.files[0];
    const tooLarge = Boolean(file) && file.size > Number(form.dataset.limit);
    archive.setCustomValidity(tooLarge ? form.dataset.tooLarge : "");
    archive.reportValidity();
    sum.value = "";
    if (file && !tooLarge && file.size <= HASH_AT_MOST && window.crypto && crypto.subtle) {
      const digest = await sha256(file);
      if (archive.files[0] === file) {
        sum.value = digest;
      }
    }
  });
  form.addEventListener("submit", (event) => {
    if (archive.files.length) {
      event.preventDefault();
      send(form);
    }
  });
}

start();
