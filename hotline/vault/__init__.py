"""Who the reporter is and which number called: sealed under keys of their own, opened only here and audited."""
