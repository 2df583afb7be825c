"""The page around every screen: language, theme before the first paint, the scripts, and what they need to know."""

from __future__ import annotations

import base64
import hashlib
import re

from portal.statics import Statics

PLOTLY = "vendor/plotly-cartesian.min.js"
_SKIPPED_ASSETS = frozenset({"sign-in.css"})
_SKIPPED_BUNDLES = re.compile(r"deps/polyfill@|dash_table/|/dash_ag_grid/")
_SCRIPT = re.compile(r"<script[^>]*\ssrc=\"([^\"]+)\"[^>]*></script>\n?")

THEME_SCRIPT = """(function () {
  var kept = null;
  try { kept = localStorage.getItem("souk-theme"); } catch (error) { kept = null; }
  var dark = kept === "dark" || (kept !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.setAttribute("data-theme", dark ? "dark" : "light");
})();"""

_APP_SCRIPT = """(function () {
  window._dashPlotlyJSURL = "PLOTLY_URL";
  var send = window.fetch;
  window.fetch = async function () {
    var answer = await send.apply(this, arguments);
    if (answer.status < 400) return answer;
    if (answer.status === 401) {
      location.assign("/sign-in?next=" + encodeURIComponent(location.pathname + location.search));
      return answer;
    }
    answer.clone().json().catch(function () { return {}; }).then(function (said) {
      var text = said.message || "The portal could not answer. Check your connection and try again.";
      if (window.portal && window.portal.showToast) window.portal.showToast({ kind: "bad", text: text });
    });
    return answer;
  };
  document.addEventListener("submit", function (event) {
    var form = event.target, found = document.cookie.match(/(?:^|; )CSRF_COOKIE=([^;]+)/);
    if (form.method !== "post" || !found || form.elements.csrf_token) return;
    var token = document.createElement("input");
    token.type = "hidden"; token.name = "csrf_token"; token.value = found[1];
    form.appendChild(token);
  });
})();"""

_PAGE = """<!DOCTYPE html>
<html lang="en" dir="ltr" data-theme="light">
  <head>
    {%metas%}
    <title>{%title%}</title>
    <link rel="icon" type="image/svg+xml" href="FAVICON_URL">
    <script>THEME_SCRIPT</script>
    {%css%}
    STYLES
    <link rel="preload" as="script" href="PLOTLY_URL">
    <script>APP_SCRIPT</script>
  </head>
  <body>
    <noscript><p>Souk draws its charts in your browser. Allow JavaScript for this address and reload.</p></noscript>
    {%app_entry%}
    <footer>
      {%config%}
      {%scripts%}
      SCRIPTS
      {%renderer%}
    </footer>
  </body>
</html>
"""


def app_script(statics: Statics, csrf_cookie: str) -> str:
    """The script that must run before Dash's: where Plotly is, what happens when a sign-in ends, tokens in forms."""
    return _APP_SCRIPT.replace("PLOTLY_URL", statics.url(PLOTLY)).replace("CSRF_COOKIE", csrf_cookie)


def index_page(statics: Statics, csrf_cookie: str) -> str:
    """Dash's index string with our styles and scripts, each with its fingerprint."""
    styles = "\n    ".join(f'<link rel="stylesheet" href="{statics.url(name)}">' for name in own_files(statics, "css"))
    scripts = "\n      ".join(f'<script src="{statics.url(name)}"></script>' for name in own_files(statics, "js"))
    page = _PAGE.replace("APP_SCRIPT", app_script(statics, csrf_cookie)).replace("THEME_SCRIPT", THEME_SCRIPT)
    page = page.replace("STYLES", styles).replace("SCRIPTS", scripts)
    return page.replace("PLOTLY_URL", statics.url(PLOTLY)).replace("FAVICON_URL", statics.url("favicon.svg"))


def own_files(statics: Statics, kind: str) -> list[str]:
    """Our style sheets or scripts in the order they apply: those of others first, then ours by name."""
    others = [f"vendor/{path.name}" for path in sorted((statics.folder / "vendor").glob(f"*.{kind}"))]
    ours = [path.name for path in sorted(statics.folder.glob(f"*.{kind}"))]
    return [name for name in others + ours if name != PLOTLY and name not in _SKIPPED_ASSETS]


def without_unused(scripts: str) -> str:
    """Dash's script tags without what no first page needs: polyfills, its own table, and the grid (loaded late)."""
    return _SCRIPT.sub(lambda match: "" if _SKIPPED_BUNDLES.search(match[1]) else match[0], scripts)


def script_hash(script: str) -> str:
    """The script as a Content-Security-Policy names it."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"
