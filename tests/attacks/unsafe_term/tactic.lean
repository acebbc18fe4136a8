exact unsafe unsafeCast ()
