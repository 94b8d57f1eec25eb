"""The load rig's parts: processes, peers, phases, load, runs, report, figures."""
