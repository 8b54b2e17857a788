refuses_archive fifo 'pipe'
refuses_archive device 'device'
