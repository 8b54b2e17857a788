refuses_archive count-small '.'
refuses_archive count-large '.'
refuses_archive directory-offset '.'
