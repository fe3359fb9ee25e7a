"""The car seen from above: the doors as the monitor hears them."""

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
        return [Route("/monitor", self.car, methods=["GET", "POST"])]

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
        language = panel.language(request)
        events = [{**event, "text": language.retell(event["text"])} for event in car.events]
        return panel.render(
            request, "monitor.html", doors=doors, events=events, listening=car.is_listening, channel=car.channel or "CAN", error=car.error
        )
