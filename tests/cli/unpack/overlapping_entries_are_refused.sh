refuses_archive overlap 'overlap'
refuses_archive overlap-quoted 'overlap'
