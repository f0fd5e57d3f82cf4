"""The value of `--at`: one reading for all commands."""

from datetime import UTC, datetime


def moment_of(text: str | None) -> datetime:
    """ISO 8601, UTC without zone; None is now. Raises ValueError for anything else and for times outside of UTC."""
    if text is None:
        return datetime.now(UTC)
    try:
        moment = datetime.fromisoformat(text)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise ValueError(f"--at: no time in ISO 8601: {text!r}") from error
