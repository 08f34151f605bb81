from django.apps import AppConfig


class SupportConfig(AppConfig):
    name = "warmline.support"
    label = "support"

    def ready(self) -> None:
        from warmline.support import plan_endings, role_endings, sweeps  # noqa: F401  (registers them)
