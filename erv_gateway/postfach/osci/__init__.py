"""The mailbox over OSCI-Transport 1.2: adapter for `erv_gateway.postfach.base.Postfach`."""
