refuses_archive duplicate 'a'
refuses_archive file-and-directory 'a'
