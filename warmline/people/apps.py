from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "warmline.people"
    label = "people"

    def ready(self) -> None:
        from warmline.people import signing_out, sweeps  # noqa: F401
