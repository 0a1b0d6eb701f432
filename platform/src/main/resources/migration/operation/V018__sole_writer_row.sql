insert into sole_writer values (1, '');
