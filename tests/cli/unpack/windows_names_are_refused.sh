refuses_archive drive 'C:'
refuses_archive backslash-traversal 'evil'
