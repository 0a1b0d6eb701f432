# Runs a command and stays behind as the parent of the daemons that it leaves, until they have all
# ended. libvirt waits for a guest's process to vanish; where process 1 collects dead children only
# now and then, as in some containers, each power-off would take seconds. Killing this process does
# no harm: its children go to process 1.
# Arguments: the number of the system call prctl, then the command. Exits as the command does.
use strict;

use constant PR_SET_CHILD_SUBREAPER => 36;

my $prctl = shift;
pipe(my $result, my $report) or die "pipe: $!";
my $reaper = fork // die "fork: $!";
if ($reaper) {
    close $report;
    my $status = <$result>;
    exit(defined $status ? $status : 1);
}
close $result;
syscall($prctl + 0, PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
my $command = fork // die "fork: $!";
if (!$command) {
    exec @ARGV or exit 127;
}
waitpid($command, 0);
print $report ($? >> 8 || $? & 127);
close $report;
chdir '/';
open STDIN, '<', '/dev/null';
open STDOUT, '>', '/dev/null';
open STDERR, '>', '/dev/null';
while (1) {
    last if wait() == -1 && $!{ECHILD};
}
