package io.parktls.bench.tool;

import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes JSON (RFC 8259) on one line. */
public final class Json {
    private final StringBuilder text = new StringBuilder();

    private Json() {}

    /**
     * Returns the JSON text of a value.
     *
     * @param value a map, list, string, boolean, finite number or null, or an enum constant, which becomes its name
     * @throws IllegalArgumentException if the value is of another type
     */
    public static String of(@Nullable Object value) {
        Json json = new Json();
        json.append(value);
        return json.text.toString();
    }

    private void append(@Nullable Object value) {
        switch (value) {
            case null -> text.append("null");
            case Boolean truth -> text.append(truth);
            case Double number
            when !Double.isFinite(number) -> throw new IllegalArgumentException("JSON has no " + number);
            case Number number -> text.append(number);
            case String string -> appendString(string);
            case Enum<?> constant -> appendString(constant.name());
            case List<?> list -> appendList(list);
            case Map<?, ?> map -> appendMap(map);
            default -> throw new IllegalArgumentException("not a JSON value: " + value.getClass());
        }
    }

    private void appendList(List<?> list) {
        text.append('[');
        for (Iterator<?> i = list.iterator(); i.hasNext(); ) {
            append(i.next());
            text.append(i.hasNext() ? "," : "");
        }
        text.append(']');
    }

    private void appendMap(Map<?, ?> map) {
        text.append('{');
        for (Iterator<? extends Map.Entry<?, ?>> i = map.entrySet().iterator(); i.hasNext(); ) {
            Map.Entry<?, ?> entry = i.next();
            appendString(String.valueOf(entry.getKey()));
            text.append(':');
            append(entry.getValue());
            text.append(i.hasNext() ? "," : "");
        }
        text.append('}');
    }

    private void appendString(String string) {
        text.append('"');
        for (int i = 0; i < string.length(); i++) {
            char c = string.charAt(i);
            if (c == '"' || c == '\\') {
                text.append('\\').append(c);
            } else if (c < ' ' || Character.isSurrogate(c)) {
                text.append(String.format("\\u%04x", (int) c));
            } else {
                text.append(c);
            }
        }
        text.append('"');
    }
}
