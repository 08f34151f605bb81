from django.apps import AppConfig


class AvailabilityConfig(AppConfig):
    name = "warmline.availability"
    label = "availability"
