"""Workflows that span a request, its offers and the talk. Each owns its transaction.

``asking`` is the seeker's side until somebody comes, ``offering`` the volunteer's, ``talking`` what two
people share.
"""
