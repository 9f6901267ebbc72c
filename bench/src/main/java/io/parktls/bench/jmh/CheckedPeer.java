package io.parktls.bench.jmh;

import io.parktls.bench.jmh.stack.Peer;
import io.parktls.bench.jmh.stack.Stack;
import io.parktls.bench.jmh.stack.StackCheck;
import io.parktls.bench.jmh.stack.Terms;
import io.parktls.bench.tool.Complaint;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A peer, and whether it can be measured with certain parameters.
 *
 * @param usable whether it has passed {@link StackCheck}
 * @param note the negotiated parameters, or the reason why the peer is not measured
 * @param record the data that it puts into a record, in bytes; 0 if it is not usable
 */
record CheckedPeer(Peer peer, Terms terms, boolean usable, String note, int record) {
    /** Checks a peer. */
    static CheckedPeer of(Peer peer, Terms terms) {
        try (Stack stack = StackCheck.open(peer, terms)) {
            return new CheckedPeer(
                    peer,
                    terms,
                    true,
                    StackCheck.negotiated(stack).toString(),
                    stack.wire().record());
        } catch (IOException | RuntimeException e) {
            return new CheckedPeer(peer, terms, false, Complaint.firstLine(e), 0);
        }
    }

    /** The parameters of {@link HandshakeBenchmark}. */
    Map<String, String> handshakeParameters() {
        Map<String, String> parameters = new LinkedHashMap<>();
        parameters.put("peer", peer.name());
        parameters.put("key", terms.key().name());
        parameters.put("group", terms.group().name());
        parameters.put("resumed", Boolean.toString(terms.resumed()));
        return parameters;
    }

    /** The parameters of {@link EstablishedLink}. */
    Map<String, String> bulkParameters() {
        return Map.of("peer", peer.name(), "suite", terms.suite().name());
    }
}
