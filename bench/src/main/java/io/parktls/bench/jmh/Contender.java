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
 * A peer that may take part under certain terms.
 *
 * @param fit whether it does what it is to be measured for
 * @param note what it negotiates, or why it does not take part
 * @param record bytes that it puts into a record
 */
record Contender(Peer peer, Terms terms, boolean fit, String note, int record) {
    /** That peer, tried out. */
    static Contender of(Peer peer, Terms terms) {
        try (Stack stack = StackCheck.open(peer, terms)) {
            return new Contender(
                    peer,
                    terms,
                    true,
                    StackCheck.negotiated(stack).toString(),
                    stack.wire().record());
        } catch (IOException | RuntimeException e) {
            String reason = Complaint.about(e);
            return new Contender(peer, terms, false, reason.lines().findFirst().orElse(reason), 0);
        }
    }

    /** As {@link HandshakeBenchmark} wants it. */
    Map<String, String> handshakeParameters() {
        Map<String, String> parameters = new LinkedHashMap<>();
        parameters.put("peer", peer.name());
        parameters.put("key", terms.key().name());
        parameters.put("group", terms.group().name());
        return parameters;
    }

    /** As {@link EstablishedLink} wants it. */
    Map<String, String> bulkParameters() {
        return Map.of("peer", peer.name(), "suite", terms.suite().name());
    }
}
