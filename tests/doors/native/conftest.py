"""Tests here import the models, so Django is set up before they are collected."""

from tests.make import store

store.set_up_django()
