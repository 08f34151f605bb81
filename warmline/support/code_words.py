"""The words of a check code's 64 pictures, in their order.

Both are those of Matrix's short authentication strings (Matrix specification, client-server API, "SAS
method: emoji", data-definitions/sas-emoji.json), so that people who know them from there know them here.
The pictures are in ``frontend/src/lib/keys/check-code.ts``.
"""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _lazy

CODE_WORDS: Final = (
    _lazy("Dog"),
    _lazy("Cat"),
    _lazy("Lion"),
    _lazy("Horse"),
    _lazy("Unicorn"),
    _lazy("Pig"),
    _lazy("Elephant"),
    _lazy("Rabbit"),
    _lazy("Panda"),
    _lazy("Rooster"),
    _lazy("Penguin"),
    _lazy("Turtle"),
    _lazy("Fish"),
    _lazy("Octopus"),
    _lazy("Butterfly"),
    _lazy("Flower"),
    _lazy("Tree"),
    _lazy("Cactus"),
    _lazy("Mushroom"),
    _lazy("Globe"),
    _lazy("Moon"),
    _lazy("Cloud"),
    _lazy("Fire"),
    _lazy("Banana"),
    _lazy("Apple"),
    _lazy("Strawberry"),
    _lazy("Corn"),
    _lazy("Pizza"),
    _lazy("Cake"),
    _lazy("Heart"),
    _lazy("Smiley"),
    _lazy("Robot"),
    _lazy("Hat"),
    _lazy("Glasses"),
    _lazy("Spanner"),
    _lazy("Santa"),
    _lazy("Thumbs up"),
    _lazy("Umbrella"),
    _lazy("Hourglass"),
    _lazy("Clock"),
    _lazy("Gift"),
    _lazy("Light bulb"),
    _lazy("Book"),
    _lazy("Pencil"),
    _lazy("Paperclip"),
    _lazy("Scissors"),
    _lazy("Lock"),
    _lazy("Key"),
    _lazy("Hammer"),
    _lazy("Telephone"),
    _lazy("Flag"),
    _lazy("Train"),
    _lazy("Bicycle"),
    _lazy("Aeroplane"),
    _lazy("Rocket"),
    _lazy("Trophy"),
    _lazy("Ball"),
    _lazy("Guitar"),
    _lazy("Trumpet"),
    _lazy("Bell"),
    _lazy("Anchor"),
    _lazy("Headphones"),
    _lazy("Folder"),
    _lazy("Pin"),
)
