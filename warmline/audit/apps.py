from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "warmline.audit"
    label = "audit"

    def ready(self) -> None:
        from warmline.audit import sweeps  # noqa: F401
