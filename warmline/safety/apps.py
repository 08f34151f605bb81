from django.apps import AppConfig


class SafetyConfig(AppConfig):
    name = "warmline.safety"
    label = "safety"

    def ready(self) -> None:
        from warmline.safety import appeals, keyholders, sweeps  # noqa: F401  (registers them)
