"""Decisions around the scan: alarms and schedule."""
