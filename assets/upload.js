/* Adding data: a file is dropped or chosen, and goes to the server as it is, with its progress shown.
   The server decides whether it is good; here only what needs no server is refused. */
(function () {
  "use strict";

  const MB = 1024 * 1024;
  const nothing = () => window.dash_clientside.no_update;
  let sending = null;

  function place() { return document.querySelector("[data-drop]"); }
  function token() {
    const found = /(?:^|; )(?:__Host-)?portal_csrf=([^;]+)/.exec(document.cookie);
    return found ? found[1] : "";
  }
  function size(bytes) {
    if (bytes < 1000) return bytes + " B";
    return bytes < MB ? (bytes / 1024).toFixed(0) + " KB" : (bytes / MB).toFixed(1) + " MB";
  }
  function write(id, text) {
    const element = document.getElementById(id);
    if (element && element.textContent !== text) element.textContent = text;
  }
  function show(state) {
    const here = place();
    if (here) here.dataset.state = state;
  }
  function refuse(what, todo) {
    const reason = document.getElementById("drop-reason");
    if (!reason) return;
    const title = document.createElement("p");
    title.className = "notice-title";
    title.textContent = what;
    const words = document.createElement("p");
    words.textContent = todo;
    reason.replaceChildren(title, words);
    show("refused");
    write("drop-said", "");
    const again = document.querySelector("[data-pick]");
    if (again) again.focus();
  }

  /* ---------- what was dropped ---------- */
  function take(files, isFolder) {
    const here = place();
    if (!here || sending || !files.length) return;
    const most = Number(here.dataset.most);
    const file = files[0];
    if (isFolder) refuse("That is a folder", "Put it into a ZIP and drop the ZIP.");
    else if (files.length > 1) refuse("One file at a time", "Files that belong together go into one ZIP; drop the ZIP.");
    else if (!file.size) refuse(file.name + " is empty", "Open it to see whether there is anything in it, and export it again.");
    else if (file.size > most * MB) refuse(file.name + " has " + size(file.size), "The portal takes up to " + most + " MB. Export a shorter period, or put it into a ZIP.");
    else send(file, here);
  }
  function pick() {
    const input = document.createElement("input");
    input.type = "file";
    input.hidden = true;
    input.addEventListener("change", () => { take(Array.from(input.files)); input.remove(); });
    input.addEventListener("cancel", () => input.remove());
    document.body.appendChild(input);
    input.click();
  }
  function isFolder(transfer) {
    const item = transfer.items && transfer.items[0];
    const entry = item && item.webkitGetAsEntry && item.webkitGetAsEntry();
    return Boolean(entry && entry.isDirectory);
  }

  /* ---------- sending ---------- */
  function send(file, here) {
    const request = new XMLHttpRequest();
    const client = here.dataset.client;
    const query = new URLSearchParams({ name: file.name });
    if (client) query.set("client", client);
    sending = request;
    let told = -1;
    write("drop-name", file.name);
    progress(0, file.size);
    show("sending");
    const stop = document.querySelector("[data-stop]");
    if (stop) stop.focus();
    request.upload.addEventListener("progress", (event) => {
      progress(event.loaded, file.size);
      const quarter = Math.floor((event.loaded / file.size) * 4);
      if (quarter > told) { told = quarter; write("drop-said", "Sending " + file.name + ": " + quarter * 25 + " percent"); }
    });
    request.upload.addEventListener("load", () => {
      show("checking");
      write("drop-words", "Sent. Looking whether it is what its name says…");
      write("drop-said", "Sent. The file is being checked.");
    });
    request.addEventListener("load", () => { sending = null; answered(request, file); });
    request.addEventListener("error", () => {
      sending = null;
      refuse("The connection broke while " + file.name + " was sent", "Nothing was kept. Check your connection and drop the file again.");
    });
    request.addEventListener("abort", () => {
      sending = null;
      show("idle");
      write("drop-said", "Stopped. Nothing was kept.");
      const again = document.querySelector("[data-pick]");
      if (again) again.focus();
    });
    request.open("POST", here.dataset.drop + "?" + query);
    request.setRequestHeader("Content-Type", "application/octet-stream");
    request.setRequestHeader("Accept", "application/json");
    request.setRequestHeader("X-CSRFToken", token());
    request.send(file);
  }
  function progress(loaded, total) {
    const bar = document.querySelector(".drop-sending .bar");
    if (!bar) return;
    const share = total ? Math.min(100, Math.round((loaded / total) * 100)) : 0;
    bar.setAttribute("aria-valuenow", String(share));
    bar.firstElementChild.style.width = share + "%";
    write("drop-words", size(loaded) + " of " + size(total) + ", " + share + "%");
  }
  function answered(request, file) {
    let said = {};
    try { said = JSON.parse(request.responseText); } catch (error) { said = {}; /* not ours: the words below say it */ }
    if (request.status === 401) {
      location.assign("/sign-in?next=" + encodeURIComponent(location.pathname + location.search));
    } else if (request.status === 200 && said.upload) {
      write("drop-said", file.name + " was received.");
      if (place()) go(place().dataset.next + "?" + new URLSearchParams({ upload: said.upload }), true);
    } else {
      refuse(file.name + " was not taken", said.message || "The portal could not answer. Try again in a minute.");
    }
  }
  function go(address, isNext) {
    if (isNext) window.history.pushState({}, "", address);
    else window.history.replaceState({}, "", address);
    window.dispatchEvent(new CustomEvent("_dashprivate_pushstate"));
    window.scrollTo(0, 0);
  }

  /* ---------- events ---------- */
  let depth = 0;
  function over(isOver) {
    const here = place();
    if (here) here.classList.toggle("is-over", isOver);
  }
  function holdsFiles(event) {
    return event.dataTransfer && Array.from(event.dataTransfer.types || []).includes("Files");
  }
  document.addEventListener("dragenter", (event) => {
    if (place() && holdsFiles(event)) { depth += 1; over(true); }
  });
  document.addEventListener("dragleave", (event) => {
    if (place() && holdsFiles(event)) { depth = Math.max(0, depth - 1); if (!depth) over(false); }
  });
  /* Beside the frame a dropped file would be opened by the browser, and the screen would be gone. */
  document.addEventListener("dragover", (event) => {
    if (place() && holdsFiles(event)) event.preventDefault();
  });
  document.addEventListener("drop", (event) => {
    if (!place() || !holdsFiles(event)) return;
    event.preventDefault();
    depth = 0;
    over(false);
    take(Array.from(event.dataTransfer.files), isFolder(event.dataTransfer));
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-pick]")) pick();
    else if (event.target.closest("[data-stop]") && sending) sending.abort();
  });

  /* What had the focus inside the step, as long as it stays there. */
  let within = "";
  document.addEventListener("focusin", (event) => {
    within = event.target.closest("#upload-body") ? event.target.id || "upload-title" : "";
  });

  /* ---------- called by Dash ---------- */
  let last = null;
  window.dash_clientside = window.dash_clientside || {};
  window.dash_clientside.upload = {
    /* On the way from step to step the focus goes to the new step's heading, so that it is read aloud. */
    arrive(at) {
      const here = at ? at.upload + "/" + at.step : null;
      const moved = last !== null && here !== last;
      last = here;
      const title = document.getElementById("upload-title");
      if (moved && title) title.focus();
      return nothing();
    },
    /* A step that was painted anew has lost the focus; it goes back to where it was, else to the heading. */
    refocus() {
      const id = within;
      if (id) window.setTimeout(() => {
        if (document.activeElement && document.activeElement !== document.body) return;
        const element = document.getElementById(id) || document.getElementById("upload-title");
        if (element) element.focus({ preventScroll: true });
      }, 60);
      return nothing();
    },
    /* To the step at which an upload goes on; the step before it is not one to go back to. */
    follow(address) {
      if (address) go(address, false);
      return nothing();
    },
    open(address) {
      if (address) go(address, true);
      return nothing();
    },
    /* An operator's client is part of the address. */
    chooseClient(client, at) {
      if (client && !(at && at.client === client)) go(window.location.pathname + "?" + new URLSearchParams({ client: client }), true);
      return nothing();
    },
  };
})();
