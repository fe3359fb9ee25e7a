"""From the lock's picture to START: one question a page, each a plain form."""

from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bench.app.asked import check_job, check_symptom, check_vin
from bench.app.panel_orders import StartOrder
from bench.config import load_profile
from bench.errors import BenchError
from bench.procedure.plan import ask_first
from bench.web.choices import SCOPES_SHOWN, SYMPTOMS_SHOWN, wires_for
from bench.web.edited import profile_ref
from bench.web.gate import form_of
from bench.web.lights import lights_of
from bench.web.panel import Panel, to
from bench.web.rigs_shown import rig_shown

_YES: Final[dict[str, bool | None]] = {"yes": True, "no": False}


class SetupPages:
    """The pages before a test."""

    def __init__(self, panel: Panel) -> None:
        self._panel = panel

    def routes(self) -> list[Route]:
        """Return them with their addresses."""
        return [
            Route("/", self.lock), Route("/lock", self.pick_lock, methods=["POST"]), Route("/scope", self.scope, methods=["GET", "POST"]),
            Route("/job", self.job, methods=["GET", "POST"]), Route("/symptom", self.symptom, methods=["GET", "POST"]),
            Route("/against", self.against, methods=["GET", "POST"]), Route("/connect", self.connect, methods=["GET", "POST"]),
            Route("/ready", self.ready), Route("/start", self.start, methods=["POST"]),
        ]  # fmt: skip

    async def lock(self, request: Request) -> Response:
        """The first page: which lock is it?"""
        return self._panel.render(request, "lock.html", locks=self._panel.locks)

    async def pick_lock(self, request: Request) -> Response:
        """Take the lock; begin a new draft with it."""
        chosen = form_of(request).get("profile", "")
        if all(lock.id != chosen for lock in self._panel.locks):
            return to("/")
        session = self._panel.session(request)
        if session is not None:
            self._panel.drafts.pop(session.name, None)
        self._panel.draft(request).profile = chosen
        return to("/scope")

    async def scope(self, request: Request) -> Response:
        """What is the rig connected to?"""
        if request.method == "POST":
            chosen = next((s.id for s in SCOPES_SHOWN if s.id == form_of(request).get("scope")), None)
            if chosen is None:
                return to("/scope")
            self._panel.draft(request).scope = chosen
            return to("/job")
        return self._or_first(request, "scope.html", scopes=SCOPES_SHOWN)

    async def job(self, request: Request) -> Response:
        """Job and VIN, or neither."""
        form, draft, error = form_of(request), self._panel.draft(request), ""
        if request.method == "POST":
            if form.get("skip"):
                draft.job = draft.vin = None
                return to("/symptom")
            draft.job, draft.vin = form.get("job", "").strip()[:200] or None, form.get("vin", "").strip()[:40] or None
            try:
                draft.job, draft.vin = check_job(draft.job), check_vin(draft.vin)
                return to("/symptom")
            except BenchError as exc:
                error = self._panel.language(request).retell(str(exc))
        return self._or_first(request, "job.html", error=error)

    async def symptom(self, request: Request) -> Response:
        """What does the customer say?"""
        if request.method == "POST":
            try:
                self._panel.draft(request).symptom = check_symptom(form_of(request).get("symptom") or None)
            except BenchError:
                return to("/symptom")
            return to("/against")
        return self._or_first(request, "symptom.html", symptoms=SYMPTOMS_SHOWN)

    async def against(self, request: Request) -> Response:
        """A good lock to compare with."""
        draft = self._panel.draft(request)
        if request.method == "POST":
            run = form_of(request).get("against", "")
            draft.against = run if run and self._panel.records.folder(run) else None
            return to("/connect")
        kind = next((lock.kind for lock in self._panel.locks if lock.id == draft.profile), None)
        runs = self._panel.records.good(lock.id for lock in self._panel.locks if lock.kind == kind)
        return self._or_first(request, "against.html", runs=runs[:12])

    async def connect(self, request: Request) -> Response:
        """The plug and the wires of this rig."""
        if request.method == "POST":
            return to("/ready")
        draft = self._panel.draft(request)
        if not draft.profile:
            return to("/")
        profile = load_profile(draft.profile)
        rig = rig_shown(self._panel.settings.rig, profile)
        wires = wires_for(profile.kind, rig.inputs, has_can=rig.has_can)
        return self._panel.render(
            request, "connect.html", wires=wires, rig_name=rig.name, simulated=rig.simulated, notes=" ".join(rig.notes)
        )

    async def ready(self, request: Request, error: str = "") -> Response:
        """Lights, the questions before anything moves, and START."""
        draft = self._panel.draft(request)
        if not draft.profile:
            return to("/")
        profile = load_profile(draft.profile)
        lights = lights_of(self._panel.link, rig_shown(self._panel.settings.rig, profile), self._panel.settings.out)
        can_start = all(light.state != "bad" for light in lights) and not self._panel.is_running
        return self._panel.render(
            request, "ready.html", lights=lights, asks=ask_first(profile), can_start=can_start, error=error, status=400 if error else 200
        )

    async def start(self, request: Request) -> Response:
        """Arm a test; nothing moves before hands are said to be clear."""
        panel, draft, form = self._panel, self._panel.draft(request), form_of(request)
        if not draft.profile:
            return to("/")
        if panel.is_running or not panel.takes(request):
            return to("/run")
        asked = {ask.id: _YES.get(form.get(f"ask.{ask.id}", "")) for ask in ask_first(load_profile(draft.profile))}
        against = panel.records.folder(draft.against) if draft.against else None
        order = StartOrder(
            profile=profile_ref(panel.settings.out, draft.profile), scope=draft.scope, symptom=draft.symptom, vin=draft.vin, job=draft.job,
            against=str(against) if against else None, asked=asked,
        )  # fmt: skip
        panel.note(request, "start", profile=draft.profile, job=draft.job)
        if not panel.link.give(order):
            return await self.ready(request, panel.language(request).say("The program at the rig does not answer."))
        panel.fresh = None
        return to("/run")

    def _or_first(self, request: Request, name: str, **values: object) -> Response:
        if not self._panel.draft(request).profile:
            return to("/")
        return self._panel.render(request, name, status=400 if values.get("error") else 200, **values)
