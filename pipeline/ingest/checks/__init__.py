"""Checks: the rules of a source and the engines that run them."""
