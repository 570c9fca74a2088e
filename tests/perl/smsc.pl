#!/usr/bin/perl
# An SMS centre of another make (Net::SMPP) for the tests. Says {"port": n}, then {"part": {...}} for each part it gets. Reports on each by fields, and sends it back as it
# came, as a message of who it was for. Serves one connection after another, and ends with its input.
use strict;
use warnings;
use IO::Select;
use Net::SMPP;

$| = 1;
my $listener = Net::SMPP->new_listen('127.0.0.1', port => 0, smpp_version => 0x34) or die "cannot listen: $!";
print '{"port":' . $listener->sockport . "}\n";
my $select = IO::Select->new($listener, \*STDIN);
my $ids = 0;

while (my @ready = $select->can_read) {
    for my $one (@ready) {
        if ($one == \*STDIN) {
            exit 0 unless sysread STDIN, my $line, 1000;
        } elsif ($one == $listener) {
            my $session = $listener->accept;
            ${*$session}{$_} = ${*$listener}{$_} for grep { !/^io_socket/ } keys %{*$listener};
            $select->add($session);
        } else {
            my $pdu = $one->read_pdu;
            unless ($pdu && serve($one, $pdu)) {
                $select->remove($one);
                close $one;
            }
        }
    }
}

sub serve {
    my ($session, $pdu) = @_;
    my %answer = (seq => $pdu->{seq});
    if ($pdu->{cmd} == Net::SMPP::CMD_bind_transceiver) {
        my $known = $pdu->{system_id} eq 'bridge' && $pdu->{password} eq 'canary-p';
        $session->bind_transceiver_resp(%answer, system_id => 'PERL', status => $known ? 0 : 0x0e);
    } elsif ($pdu->{cmd} == Net::SMPP::CMD_submit_sm) {
        my $id = sprintf 'A%07d', ++$ids;
        $session->submit_sm_resp(%answer, message_id => $id);
        printf qq({"part":{"to":"%s","ton":%d,"coding":%d,"esm":%d}}\n), @$pdu{qw(destination_addr dest_addr_ton data_coding esm_class)};
        report($session, $pdu, $id) if $pdu->{registered_delivery};
        $session->deliver_sm(
            async => 1, source_addr_ton => 1, source_addr => $pdu->{destination_addr}, destination_addr => $pdu->{source_addr},
            map { $_ => $pdu->{$_} } qw(esm_class data_coding short_message));
    } elsif ($pdu->{cmd} == Net::SMPP::CMD_enquire_link) {
        $session->enquire_link_resp(%answer);
    } elsif ($pdu->{cmd} == Net::SMPP::CMD_unbind) {
        $session->unbind_resp(%answer);
        return 0;
    }
    return 1;
}

sub report {
    my ($session, $pdu, $id) = @_;
    $session->deliver_sm(
        async => 1, esm_class => 4, source_addr_ton => 1, source_addr => $pdu->{destination_addr}, destination_addr => $pdu->{source_addr},
        short_message => "id:$id sub:001 dlvrd:001 submit date:2611221016 done date:2611221017 stat:DELIVRD err:000 text:",
        receipted_message_id => "$id\0", message_state => "\x02");
}
