"""From the lock's picture to START: one question a page, each a plain form."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bench.app.asked import check_job, check_symptom, check_vin
from bench.config import load_profile
from bench.errors import BenchError
from bench.model.language import text
from bench.web.choices import SCOPES_SHOWN, SYMPTOMS_SHOWN
from bench.web.gate import form_of
from bench.web.panel import Panel, to
from bench.web.ready_pages import examine
from bench.web.rigs_shown import rig_shown
from bench.web.wires import plug_notes, wires_for


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
        """The plug and the wires of this rig; a rig that moves nothing real is then examined at once."""
        panel, draft = self._panel, self._panel.draft(request)
        if not draft.profile:
            return to("/")
        if request.method == "POST":
            if panel.link.doctor is None and not panel.is_real_rig and not panel.is_running and panel.takes(request):
                await examine(panel, request)
            return to("/ready")
        profile = load_profile(draft.profile)
        rig = rig_shown(self._panel.settings.rig, profile)
        wires = wires_for(profile, draft.scope, rig)
        end = "scope_lock.svg" if draft.scope == "lock" else "rear_door.svg" if profile.kind == "rear_door" else "tailgate.svg"
        plug = text("Plug of the lock") if draft.scope == "lock" else text("Plug at the body")
        return self._panel.render(
            request, "connect.html", wires=wires, rig_name=rig.name, simulated=rig.simulated, notes=" ".join(rig.notes), scope=draft.scope,
            end=end, plug_name=self._panel.language(request).say(plug), plug_notes=plug_notes(profile, wires),
        )  # fmt: skip

    def _or_first(self, request: Request, name: str, **values: object) -> Response:
        if not self._panel.draft(request).profile:
            return to("/")
        return self._panel.render(request, name, status=400 if values.get("error") else 200, **values)
