"""Check page.no_outside_requests."""

from __future__ import annotations

from ..model import Check, text

CHECK = Check(
    id="page.no_outside_requests",
    group="page",
    title=text("页面不联系别处", "Pages contact nobody else"),
    proves=text(
        "页面的一切——脚本、字体、图标、统计、WebSocket、跳转、表单——都只到应用自己的地址；浏览器也不直接调用部门接口。",
        "Everything on the pages, scripts, fonts, icons, beacons, sockets, redirects and forms, stays at the app's own "
        "address; nor does the browser call departments directly.",
    ),
    remedy=text(
        "把脚本、样式、字体和图标放进镜像，删掉第三方统计；部门接口由应用的服务端调用。证据列出每个外部地址。",
        "Put scripts, styles, fonts and icons into the image, remove third-party analytics, and let the app's server "
        "call departments. The evidence lists each address.",
    ),
    mandatory_by_default=True,
    default_weight=5,
)
