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

  /* ---------- tables ---------- */
  function make(kind, look, text) {
    const element = document.createElement(kind);
    if (look) element.className = look;
    if (text) element.textContent = text;
    return element;
  }
  function cellOf(cell) {
    if (typeof cell === "string") return make("td", "", cell);
    const element = make(cell.head ? "th" : "td", cell.look, "");
    if (cell.head) element.scope = "row";
    if (cell.span) element.colSpan = cell.span;
    if (cell.text) element.append(make("span", "cell-text", cell.text));
    if (cell.problem) {
      const problem = make("span", "cell-problem", "");
      problem.append(make("span", "icon icon-exclamation-triangle", ""), cell.problem);
      element.append(problem);
    }
    if (cell.chip) {
      const sure = make("div", "column-sure", "");
      sure.append(make("span", cell.chip[1] ? "chip chip-" + cell.chip[1] : "chip", cell.chip[0]));
      if (cell.why) sure.append(make("span", "column-why", cell.why));
      element.append(sure);
    }
    return element;
  }
  function drawTable(holder) {
    const drawing = JSON.parse(holder.dataset.table);
    const table = make("table", drawing.look, "");
    table.append(make("caption", "visually-hidden", drawing.caption));
    const head = table.createTHead().insertRow();
    drawing.head.forEach((title, place) => {
      const cell = make("th", title === "Row" && !place ? "num" : "", title);
      cell.scope = "col";
      head.append(cell);
    });
    const body = table.createTBody();
    drawing.rows.forEach((row) => {
      const line = make("tr", row.look, "");
      line.append(...row.cells.map(cellOf));
      body.append(line);
    });
    holder.replaceChildren(table);
    holder.drawn = holder.dataset.table;
  }
  /* What is folded is drawn when it is opened. */
  function drawTables() {
    document.querySelectorAll("[data-table]").forEach((holder) => {
      if (holder.drawn !== holder.dataset.table && !holder.closest("details:not([open])")) drawTable(holder);
    });
    document.querySelectorAll("[data-fields]").forEach((holder) => {
      if (holder.drawn !== holder.dataset.fields) drawLines(holder);
    });
  }

  /* ---------- columns and what they become ---------- */
  function drawLines(holder) {
    const drawing = JSON.parse(holder.dataset.fields);
    const head = make("div", "fix-head", "");
    head.setAttribute("aria-hidden", "true");
    head.append(...["In the file", "Becomes", "How sure"].map((text) => make("span", "", text)));
    const isEmpty = (line) => !line.picks[0].value;
    const folds = drawing.lines.filter(isEmpty).length > FOLD_FROM;
    const rows = drawing.lines.filter((line) => !folds || !isEmpty(line)).map((line) => lineOf(line, drawing.options));
    if (folds) rows.push(restOf(drawing.lines.filter(isEmpty), drawing.options));
    holder.replaceChildren(head, ...rows);
    holder.drawn = holder.dataset.fields;
  }
  /* Many columns that become nothing are folded; they are drawn when they are wanted. */
  const FOLD_FROM = 8;
  function restOf(lines, options) {
    const details = make("details", "fix-rest", "");
    const summary = document.createElement("summary");
    summary.append(make("span", "", lines.length + " more columns, without a field of their own"), make("span", "icon icon-chevron-down", ""));
    details.append(summary);
    details.addEventListener("toggle", () => {
      if (details.children.length === 1) details.append(...lines.map((line) => lineOf(line, options)));
    });
    return details;
  }
  function lineOf(line, options) {
    const holder = make("div", "", "");
    const row = make("div", "fix-line", "");
    const what = make("div", "fix-what", "");
    what.append(make("span", "fix-name", line.name), make("span", "fix-samples", line.samples));
    const picks = make("div", "fix-picks", "");
    picks.append(...line.picks.map((pick) => pickOf(pick, pick.options || options)));
    const sure = make("div", "column-sure", "");
    sure.append(make("span", line.chip[1] ? "chip chip-" + line.chip[1] : "chip", line.chip[0]));
    if (line.why) sure.append(make("span", "column-why", line.why));
    row.append(what, picks, sure);
    holder.append(row);
    if (line.words.length) holder.append(wordsOf(line));
    return holder;
  }
  function wordsOf(line) {
    const details = make("details", "fix-meaning", "");
    details.open = line.words.some((pick) => pick.open);
    const summary = document.createElement("summary");
    const count = line.words.length === 1 ? "1 word and what it means" : line.words.length + " words and what each means";
    summary.append(make("span", "", "Words in " + line.name), make("span", "muted", count), make("span", "icon icon-chevron-down", ""));
    const words = make("div", "fix-words", "");
    line.words.forEach((pick) => {
      const row = make("div", "fix-word-line", "");
      row.append(make("span", "fix-word", pick.word), make("span", "icon icon-arrow-right", ""), pickOf(pick, line.meanings));
      words.append(row);
    });
    details.append(summary, words);
    return details;
  }
  /* A list with search: a button, and the list when it is wanted. */
  function labelOf(pick, options) {
    const found = options.find((option) => option[0] === pick.value);
    return found ? found[1] : pick.none;
  }
  function pickOf(pick, options) {
    const holder = make("div", "pick", "");
    const button = make("button", "pick-button", "");
    button.type = "button";
    button.id = "pick-" + pick.what + "-" + pick.at;
    button.setAttribute("aria-haspopup", "listbox");
    button.setAttribute("aria-expanded", "false");
    const write = () => {
      const text = labelOf(pick, options);
      button.replaceChildren(make("span", "pick-text", text), make("span", "icon icon-chevron-down", ""));
      button.setAttribute("aria-label", pick.label + ": " + text);
      button.classList.toggle("is-empty", !pick.value);
      button.classList.toggle("is-open", Boolean(pick.open && !pick.value));
    };
    write();
    button.addEventListener("click", () => {
      if (holder.querySelector(".pick-list")) closePick(holder, true);
      else openPick(holder, button, pick, [["", pick.none], ...options], (value) => {
        if (value === pick.value) return;
        pick.value = value;
        write();
        window.dash_clientside.set_props("upload-choice", { data: { what: pick.what, at: pick.at, value: value, n: Date.now() } });
      });
    });
    holder.append(button);
    return holder;
  }
  function closePick(holder, isFocused) {
    const list = holder.querySelector(".pick-list");
    if (list) list.remove();
    const button = holder.querySelector(".pick-button");
    if (!button) return;
    button.setAttribute("aria-expanded", "false");
    if (isFocused) button.focus();
  }
  function openPick(holder, button, pick, options, choose) {
    document.querySelectorAll(".pick:has(.pick-list)").forEach((other) => closePick(other, false));
    const box = make("div", "pick-list", "");
    const search = make("input", "field-input", "");
    const list = make("ul", "pick-options", "");
    list.id = button.id + "-list";
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", pick.label);
    search.type = "text";
    search.placeholder = "Search";
    [["role", "combobox"], ["aria-label", "Search: " + pick.label], ["aria-expanded", "true"], ["aria-controls", list.id],
     ["aria-autocomplete", "list"], ["autocomplete", "off"]].forEach(([name, value]) => search.setAttribute(name, value));
    let shown = [], at = 0;
    const mark = (place) => {
      if (!shown.length) return search.removeAttribute("aria-activedescendant");
      at = Math.max(0, Math.min(place, shown.length - 1));
      shown.forEach((item, number) => item.classList.toggle("is-at", number === at));
      search.setAttribute("aria-activedescendant", shown[at].id);
      shown[at].scrollIntoView({ block: "nearest" });
    };
    const take = (value) => { closePick(holder, true); choose(value); };
    const fill = () => {
      const wanted = search.value.trim().toLowerCase();
      const fitting = options.filter(([value, text]) => (text + " " + value).toLowerCase().includes(wanted));
      shown = fitting.map(([value, text], number) => {
        const item = make("li", "pick-option", text);
        item.id = list.id + "-" + number;
        item.setAttribute("role", "option");
        item.setAttribute("aria-selected", String(value === pick.value));
        item.addEventListener("mousedown", (event) => { event.preventDefault(); take(value); });
        item.dataset.value = value;
        return item;
      });
      list.replaceChildren(...(shown.length ? shown : [make("li", "pick-nothing", "Nothing is called that.")]));
      mark(wanted ? 0 : Math.max(0, fitting.findIndex(([value]) => value === pick.value)));
    };
    search.addEventListener("input", fill);
    search.addEventListener("keydown", (event) => {
      if (event.key === "ArrowDown" || event.key === "ArrowUp") { event.preventDefault(); mark(at + (event.key === "ArrowDown" ? 1 : -1)); }
      if (event.key === "Enter" && shown[at]) { event.preventDefault(); take(shown[at].dataset.value); }
      if (event.key === "Escape") { event.stopPropagation(); closePick(holder, true); }
    });
    search.addEventListener("blur", () => window.setTimeout(() => {
      if (!holder.contains(document.activeElement)) closePick(holder, false);
    }, 0));
    box.append(search, list);
    holder.append(box);
    button.setAttribute("aria-expanded", "true");
    fill();
    search.focus();
  }
  let isWaiting = false;
  new MutationObserver(() => {
    if (isWaiting || !document.getElementById("upload-body")) return;
    isWaiting = true;
    window.requestAnimationFrame(() => { isWaiting = false; drawTables(); });
  }).observe(document.documentElement, { childList: true, subtree: true, attributes: true, attributeFilter: ["data-table", "data-fields"] });
  document.addEventListener("toggle", drawTables, true);

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
