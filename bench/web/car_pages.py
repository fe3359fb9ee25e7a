"""The car seen from above: the doors as the monitor hears them."""

from typing import Any

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bench.web.choices import DOOR_NAMES
from bench.web.gate import form_of
from bench.web.panel import Panel, to


class CarPages:
    """The monitor page."""

    def __init__(self, panel: Panel) -> None:
        self._panel = panel
        panel.car.tell = panel.link.tell

    def routes(self) -> list[Route]:
        """Return it with its address."""
        return [Route("/monitor", self.car, methods=["GET", "POST"]), Route("/monitor/timeline", self.timeline)]

    async def car(self, request: Request) -> Response:
        """Show the car; an operator may begin and end the listening."""
        car, panel = self._panel.car, self._panel
        if request.method == "POST":
            if not panel.takes(request):
                return PlainTextResponse("Another screen operates.", 403)
            if form_of(request).get("do") == "start":
                await car.start()
                panel.note(request, "listens to the car")
            else:
                await car.stop()
            return to("/monitor")
        doors = [{"id": door, "name": name, "state": car.doors.get(door, "")} for door, name in DOOR_NAMES.items()]
        return panel.render(
            request,
            "monitor.html",
            doors=doors,
            events=self._events(request),
            place=car.place,
            listening=car.is_listening,
            channel=car.channel or "CAN",
            error=car.error,
        )

    async def timeline(self, request: Request) -> Response:
        """What happened, alone, in the browser's language: the page's script puts it in place."""
        return self._panel.render(request, "timeline.html", events=self._events(request))

    def _events(self, request: Request) -> list[dict[str, Any]]:
        language = self._panel.language(request)
        return [{**event, "t": language.localised(event["t"]), "text": language.retell(event["text"])} for event in self._panel.car.events]
