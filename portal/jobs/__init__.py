"""What runs in the background: the worker that keeps sources in sync. May import etl, as the command line may.

portal.jobs.worker     claims slots (portal.sync_runs) and starts one process for each that has work to do
portal.jobs.child      that process: renews its lease, syncs, writes down how it ended
portal.jobs.sync       one sync: fetch or look, load, note
portal.jobs.load       one load with the tenant's policies, noted in the application database
"""
