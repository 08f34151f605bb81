from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "warmline.core"
    label = "core"

    def ready(self) -> None:
        from warmline.core import sweeps  # noqa: F401  (registers them)
