package io.parktls.sockets.jsse.engine.fuzz;

import java.util.ArrayDeque;
import java.util.Deque;

/** The last calls of a conversation, for the report of a defect. */
final class CallLog {
    private static final int LAST = 30;

    private final Deque<String> calls = new ArrayDeque<>();
    private long count;

    void add(String call) {
        count++;
        calls.addLast(count + ". " + call);
        if (calls.size() > LAST) {
            calls.removeFirst();
        }
    }

    long count() {
        return count;
    }

    @Override
    public String toString() {
        return String.join("\n", calls);
    }
}
