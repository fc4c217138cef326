"""The form, its plan and its preview: before the local engine and a stand-in for Runway."""
