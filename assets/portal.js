/* What the browser does by itself: theme, navigation, tables behind charts, dialogs, toasts, the address line.
   No numbers are computed here; texts arrive formatted from the server. */
(function () {
  "use strict";

  const root = document.documentElement;
  const THEME_KEY = "souk-theme";

  /* ---------- theme ---------- */
  function preferredTheme() {
    let kept = null;
    try { kept = window.localStorage.getItem(THEME_KEY); } catch (error) { kept = null; }
    if (kept === "dark" || kept === "light") return kept;
    return window.matchMedia && window.matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  }
  function applyTheme(name) {
    root.setAttribute("data-theme", name);
    colours = {};
    return name;
  }
  let colours = {};
  applyTheme(preferredTheme());

  /* Figures carry "@token" or "@token/12" (12 % opaque); the tokens are the variables of portal.css. */
  function colour(token) {
    if (token in colours) return colours[token];
    const [name, share] = token.slice(1).split("/");
    const value = getComputedStyle(root).getPropertyValue("--" + name).trim() || "#888888";
    colours[token] = share === undefined ? value : faded(value, Number(share) / 100);
    return colours[token];
  }
  function faded(hex, alpha) {
    const parts = /^#(..)(..)(..)$/.exec(hex);
    if (!parts) return hex;
    return "rgba(" + parts.slice(1).map((part) => parseInt(part, 16)).join(",") + "," + alpha + ")";
  }
  function resolved(node) {
    if (typeof node === "string") return node.charAt(0) === "@" ? colour(node) : node;
    if (Array.isArray(node)) return node.map(resolved);
    if (node && typeof node === "object") {
      const copy = {};
      for (const key in node) copy[key] = resolved(node[key]);
      return copy;
    }
    return node;
  }

  /* Dash's renderer overwrites the address of Plotly with that of its full bundle; ours is the one that is served. */
  const plotly = window._dashPlotlyJSURL;
  if (plotly) Object.defineProperty(window, "_dashPlotlyJSURL", { get: () => plotly, set: () => undefined });

  /* ---------- tables behind charts ---------- */
  const tables = {};
  function fillTable(id) {
    const holder = document.getElementById(id + "-table");
    const table = tables[id];
    if (!holder || !table) return;
    const element = document.createElement("table");
    const caption = element.createCaption();
    caption.className = "visually-hidden";
    caption.textContent = table.caption || "";
    const head = element.createTHead().insertRow();
    table.head.forEach((cell) => {
      const th = document.createElement("th");
      th.scope = "col";
      th.textContent = cell.text;
      if (cell.is_number) th.className = "num";
      head.appendChild(th);
    });
    const body = element.createTBody();
    table.rows.forEach((row) => {
      const line = body.insertRow();
      row.forEach((text, index) => {
        const cell = line.insertCell();
        cell.textContent = text;
        if (table.head[index].is_number) cell.className = "num";
      });
    });
    holder.replaceChildren(element);
  }
  function toggleTable(button) {
    const card = button.closest(".chart-card");
    const shows = card.dataset.shows !== "table";
    card.dataset.shows = shows ? "table" : "chart";
    button.setAttribute("aria-pressed", String(shows));
    button.setAttribute("aria-label", shows ? "Show as chart" : "Show as table");
    button.title = shows ? "Show as chart" : "Show as table";
    if (shows) fillTable(button.dataset.tableToggle);
    else window.dispatchEvent(new Event("resize"));
  }

  /* In a narrow card the layout's own "narrow" entries apply: room for labels, fewer ticks. */
  const NARROW = 460;
  function fitted(figure, card) {
    const narrow = figure.layout && figure.layout.meta && figure.layout.meta.narrow;
    if (!narrow || !card || card.clientWidth >= NARROW) return figure;
    Object.keys(narrow).forEach((key) => { figure.layout[key] = Object.assign({}, figure.layout[key], narrow[key]); });
    return figure;
  }

  /* ---------- dialogs, menus, navigation ---------- */
  function send(id, data) {
    window.dash_clientside.set_props(id, { data: Object.assign({ at: Date.now() }, data) });
  }
  function openDialog(id) {
    const dialog = document.getElementById(id);
    if (dialog && !dialog.open) dialog.showModal();
  }
  function askFormula(button) {
    openDialog("formula");
    send("formula-request", { metric: button.dataset.explain, bucket: button.dataset.bucket || "" });
  }
  function openRows(metric, where, page) {
    openDialog("rows");
    hideRecord();
    send("rows-request", { metric: metric, where: where || "", page: Number(page) || 0 });
  }
  function shownMetric() {
    const screen = document.getElementById("screen");
    return (screen && screen.dataset.metric) || "net_sales";
  }
  function askRows(button) {
    openRows(button.dataset.drill, button.dataset.where, button.dataset.page);
  }
  function comesNear(element) {
    return new Promise((done) => {
      const watch = new IntersectionObserver((entries) => {
        if (!entries.some((entry) => entry.isIntersecting)) return;
        watch.disconnect();
        done();
      }, { rootMargin: "400px" });
      watch.observe(element);
    });
  }
  /* One row as a record: its headings beside its cells. The panel is empty for Dash, so it may be filled here. */
  function showRecord(row) {
    const panel = document.getElementById("rows-record");
    const heads = Array.from(row.closest("table").querySelectorAll("th"), (th) => th.textContent);
    const list = document.createElement("dl");
    list.className = "facts";
    Array.from(row.cells).forEach((cell, place) => {
      const name = document.createElement("dt");
      name.textContent = heads[place];
      const value = document.createElement("dd");
      value.textContent = cell.textContent;
      list.append(name, value);
    });
    const back = document.createElement("button");
    back.type = "button";
    back.className = "button button-small";
    back.textContent = "Back to the rows";
    back.addEventListener("click", () => { hideRecord(); row.focus(); });
    panel.replaceChildren(back, list);
    panel.hidden = false;
    document.getElementById("rows-body").hidden = true;
    panel.focus();
  }
  function hideRecord() {
    document.getElementById("rows-record").hidden = true;
    document.getElementById("rows-body").hidden = false;
  }
  const scripts = {};
  function loadScript(address) {
    scripts[address] = scripts[address] || new Promise((done, failed) => {
      const script = document.createElement("script");
      script.src = address;
      script.onload = done;
      script.onerror = failed;
      document.head.appendChild(script);
    });
    return scripts[address];
  }
  function setNavigation(isOpen) {
    document.body.classList.toggle("nav-open", isOpen);
    const button = document.getElementById("open-navigation");
    if (button) button.setAttribute("aria-expanded", String(isOpen));
    const target = isOpen ? document.querySelector(".side .nav-link") : button;
    if (target) target.focus();
  }
  function markCurrent() {
    document.querySelectorAll(".nav-link").forEach((link) => {
      const isCurrent = new URL(link.href, window.location.href).pathname === window.location.pathname;
      if (isCurrent) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    });
  }
  function joined(address) {
    const search = window.location.search;
    return address.includes("?") ? search.replace("?", "&") : search;
  }
  const CLICKS = [
    ["[data-explain]", askFormula],
    ["[data-drill]", askRows],
    ["dialog a:not([data-export])", (link) => link.closest("dialog").close()],
    ["tr[data-record]", showRecord],
    ["[data-table-toggle]", toggleTable],
    ["[data-close]", (button) => button.closest("dialog").close()],
    ["#open-navigation", () => setNavigation(true)],
    ["#close-navigation", () => setNavigation(false)],
    ["[data-export]", (link) => { link.href = link.dataset.export + joined(link.dataset.export); }],
    ["[data-print]", () => window.print()],
  ];
  document.addEventListener("click", (event) => {
    for (const [selector, act] of CLICKS) {
      const found = event.target.closest(selector);
      if (found) { act(found); break; }
    }
    document.querySelectorAll("details.menu[open]").forEach((menu) => {
      if (!menu.contains(event.target) || event.target.closest("a.menu-item")) menu.open = false;
    });
    if (event.target.tagName === "DIALOG") event.target.close();
    const isOpen = document.body.classList.contains("nav-open");
    if (isOpen && (event.target.closest(".nav-link") || !event.target.closest(".side, #open-navigation"))) {
      document.body.classList.remove("nav-open");
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target.matches("tr[data-record]")) showRecord(event.target);
    if (event.key !== "Escape") return;
    const menu = document.querySelector("details.menu[open]");
    if (menu) { menu.open = false; menu.querySelector("summary").focus(); }
    if (document.body.classList.contains("nav-open")) setNavigation(false);
  });

  /* Dash's drop-downs take the focus in an input that is hidden from screen readers; give it to their button. */
  let isWaiting = false;
  new MutationObserver(() => {
    if (isWaiting) return;
    isWaiting = true;
    window.requestAnimationFrame(() => {
      isWaiting = false;
      document.querySelectorAll('.dash-dropdown-focus-target[tabindex="0"]').forEach((target) => {
        target.tabIndex = -1;
        const button = target.parentElement && target.parentElement.querySelector("button.dash-dropdown");
        if (button) button.tabIndex = 0;
      });
    });
  }).observe(document.documentElement, { childList: true, subtree: true });

  /* ---------- toasts ---------- */
  function showToast(message) {
    const holder = document.getElementById("toasts");
    if (!holder || !message || !message.text) return;
    const card = document.createElement("div");
    card.className = "toast-card is-" + (message.kind || "plain");
    const icon = document.createElement("span");
    icon.className = "icon icon-" + (message.kind === "bad" ? "exclamation-triangle" : message.kind === "good" ? "check-circle" : "info-circle");
    const text = document.createElement("div");
    text.className = "toast-text";
    text.textContent = message.text;
    const close = document.createElement("button");
    close.type = "button";
    close.className = "icon-button icon-quiet";
    close.setAttribute("aria-label", "Dismiss");
    const cross = document.createElement("span");
    cross.className = "icon icon-x-lg";
    close.appendChild(cross);
    close.addEventListener("click", () => card.remove());
    card.append(icon, text, close);
    holder.appendChild(card);
    if (message.kind !== "bad") window.setTimeout(() => card.remove(), 6000);
  }

  /* ---------- address line ---------- */
  /* Only what differs from the defaults is written, so that a plain address stays plain. */
  function address(state, defaults, shared) {
    const query = new URLSearchParams();
    Object.keys(state).forEach((key) => {
      if (shared && !shared.includes(key)) return;
      const value = state[key];
      if (Array.isArray(value)) value.forEach((item) => query.append(key, item));
      else if (value !== null && value !== undefined && value !== "" && value !== defaults[key]) query.set(key, value);
    });
    const text = query.toString();
    return text ? "?" + text : "";
  }

  /* A control that is only drawn again reports its value too; that is no reason to ask the server. */
  function sameState(state, before) {
    const plain = (value) => JSON.stringify(value === undefined || value === null ? "" : value);
    return Boolean(before) && Object.keys(state).every((key) => plain(state[key]) === plain(before[key]));
  }

  /* ---------- new data ---------- */
  /* An open screen paints itself again soon after a load: it asks for a mark that changes with every snapshot. */
  const ASK_SERVED_MS = 1000;
  let shown = null;
  let served = null;
  async function askServed() {
    if (document.visibilityState !== "visible" && served) return;
    let mark = null;
    try {
      const answer = await fetch("/served", { headers: { Accept: "application/json" }, redirect: "error" });
      mark = answer.ok ? (await answer.json()).mark : null;
    } catch (error) { return; /* offline for a moment, or signed out: the next click says so */ }
    if (mark && served && mark !== served && shown && document.querySelector("#screen .filters")) {
      window.dash_clientside.set_props("filter-client-shown", { data: shown.client || "" });
      window.dash_clientside.set_props("filters", { data: Object.assign({}, shown) });
    }
    served = mark || served;
  }
  askServed();
  window.setInterval(askServed, ASK_SERVED_MS);

  /* ---------- called by Dash ---------- */
  window.dash_clientside = window.dash_clientside || {};
  window.dash_clientside.portal = {
    switchTheme(clicks) {
      if (!clicks) return preferredTheme();
      const next = root.getAttribute("data-theme") === "dark" ? "light" : "dark";
      try { window.localStorage.setItem(THEME_KEY, next); } catch (error) { /* private mode: kept for this page only */ }
      return applyTheme(next);
    },
    /* One chart: (payload, theme, id) to [figure, card class, summary, text of the empty state]. */
    draw(payload, theme, id) {
      const nothing = window.dash_clientside.no_update;
      if (!payload) return [nothing, nothing, nothing, nothing];
      tables[id] = payload.table;
      const card = document.getElementById(id + "-card");
      if (card && card.dataset.shows === "table") fillTable(id);
      const state = "card chart-card is-painted" + (payload.empty ? " is-empty" : "");
      return [payload.empty ? nothing : fitted(resolved(payload.figure), card), state, payload.summary || "", payload.empty || ""];
    },
    /* The one writer of the filter store: every control's value, then names, defaults and shared names. */
    gather(...inputs) {
      const before = inputs.pop();
      const rules = inputs.pop();
      const values = inputs;
      const state = {};
      rules.names.forEach((name, index) => { state[name] = values[index] === undefined ? null : values[index]; });
      window.history.replaceState(window.history.state, "", window.location.pathname + address(state, rules.defaults));
      state.screen = rules.screen;
      return sameState(state, before) ? window.dash_clientside.no_update : state;
    },
    /* Links of the side bar keep period and filters. */
    carry(state, rules) {
      markCurrent();
      shown = state;
      const query = state && rules ? address(state, rules.defaults, rules.shared) : "";
      const links = window.dash_clientside.callback_context.outputs_list.map((output) => document.getElementById(output.id));
      return links.map((link) => (link ? new URL(link.href).pathname + query : window.dash_clientside.no_update));
    },
    clientOf(state, shown) {
      const client = (state && state.client) || "";
      return client === shown ? window.dash_clientside.no_update : client;
    },
    /* Only one screen is there at a time: what it says counts. */
    firstKnown(...values) {
      const known = values.find((value) => value !== undefined && value !== null);
      return known === undefined ? window.dash_clientside.no_update : known;
    },
    showDates(period) { return period !== "custom"; },
    toast(message) { showToast(message); return window.dash_clientside.no_update; },
    /* A click on a bar asks for the rows behind it. */
    drillBar(click, state) {
      const point = click && click.points && click.points[0];
      const where = point && point.customdata;
      if (where && typeof where === "string") {
        const [metric, part] = where.includes("::") ? where.split("::") : [(state && state.metric) || shownMetric(), where];
        openRows(metric, part);
      }
      return window.dash_clientside.no_update;
    },
    openRow(rows) {
      if (rows && rows.length && rows[0].where) openRows(rows[0].metric || shownMetric(), rows[0].where);
      return window.dash_clientside.no_update;
    },
    /* The grid's bundle is fetched when somebody scrolls towards the table, and only on a screen that has one. */
    async insertGrid(painted, parts, present) {
      if (!painted || present) return window.dash_clientside.no_update;
      await comesNear(document.getElementById(parts.holder));
      await loadScript(parts.script);
      return parts.grid;
    },
    freshRows(columns, id) {
      let api = null;
      try { api = window.dash_ag_grid.getApi(id); } catch (error) { api = null; /* it is still being drawn: its rows are fresh */ }
      if (api && api.getGridOption("datasource")) api.purgeInfiniteCache();
      return window.dash_clientside.no_update;
    },
  };

  /* ---------- AG Grid ---------- */
  const formats = {};
  function formatter(unit, digits) {
    const key = unit + digits;
    if (formats[key]) return formats[key];
    const options = { maximumFractionDigits: 2 };
    if (unit === "money") Object.assign(options, { minimumFractionDigits: digits, maximumFractionDigits: digits });
    if (unit === "rate") Object.assign(options, { style: "percent", minimumFractionDigits: 1, maximumFractionDigits: 1 });
    if (unit === "count") options.maximumFractionDigits = 0;
    formats[key] = new Intl.NumberFormat("en-GB", options);
    return formats[key];
  }
  const gridFunctions = (window.dashAgGridFunctions = window.dashAgGridFunctions || {});
  // The sign of a currency and its digits come from the server, so that a table writes money as every card does.
  gridFunctions.portalNumber = function (value, unit, prefix, digits) {
    if (value === null || value === undefined || Number.isNaN(value)) return "–";
    const text = formatter(unit, digits).format(Math.abs(value));
    return (value < 0 && /[1-9]/.test(text) ? "−" : "") + (unit === "money" ? prefix : "") + text;
  };
  gridFunctions.portalGrowth = function (value) {
    if (value === null || value === undefined || Number.isNaN(value)) return "–";
    const text = (Math.abs(value) * 100).toFixed(1) + "%";
    return value > 0.0005 ? "▲ +" + text : value < -0.0005 ? "▼ −" + text : "0.0%";
  };

  window.portal = { resolved, address, showToast, markCurrent };
})();
