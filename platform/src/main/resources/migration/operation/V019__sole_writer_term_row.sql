insert into sole_writer_term values (1, '2000-01-01', '', '2000-01-01');
