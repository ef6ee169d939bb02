//! The journeys, from a portal's answer to a screen, on the real parts.
