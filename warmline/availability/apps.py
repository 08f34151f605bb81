from django.apps import AppConfig


class AvailabilityConfig(AppConfig):
    name = "warmline.availability"
    label = "availability"

    def ready(self) -> None:
        from warmline.availability import sweeps  # noqa: F401  (registers them)
