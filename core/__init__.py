"""Values below every app: money, whole-day periods, reasons, working days. No models."""
