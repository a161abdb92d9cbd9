"""The app's entry: its theme and settings, and the script that holds its navigation."""

from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware

from views import launch, served_feed
from views.served import FrenchPage

launch.apply_settings()
app = st.App(
    Path(__file__).parent / "views" / "navigation.py", routes=[served_feed.ROUTE], middleware=[Middleware(FrenchPage)]
)
