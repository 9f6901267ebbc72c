package io.parktls.sockets.jsse.engine.fuzz;

import java.util.ArrayDeque;
import java.util.Deque;

/** The last calls and the last events of a conversation, for the report of a defect. */
final class CallLog {
    private static final int LAST = 30;

    /** The events that the last calls do not include: closes, for instance, which are rare and explain the calls. */
    private final Deque<String> events = new ArrayDeque<>();

    private final Deque<Entry> calls = new ArrayDeque<>();
    private long count;

    private record Entry(String text, boolean event) {}

    /** Adds a call of wrap or unwrap. */
    void call(String text) {
        add(text, false);
    }

    /** Adds anything else, such as a close or an incident. */
    void event(String text) {
        add(text, true);
    }

    private void add(String text, boolean event) {
        count++;
        calls.addLast(new Entry(count + ". " + text, event));
        if (calls.size() > LAST) {
            Entry oldest = calls.removeFirst();
            if (oldest.event) {
                events.addLast(oldest.text);
            }
        }
        if (events.size() > LAST) {
            events.removeFirst();
        }
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        events.forEach(event -> text.append(event).append('\n'));
        calls.forEach(call -> text.append(call.text).append('\n'));
        return text.toString();
    }
}
