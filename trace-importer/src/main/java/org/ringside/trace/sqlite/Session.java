package org.ringside.trace.sqlite;

import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One database connection with its prepared statements. Used by one thread at a time. */
final class Session implements AutoCloseable {
    private final Connection connection;
    private final Map<String, PreparedStatement> statements = new HashMap<>();

    Session(Connection connection) {
        this.connection = connection;
    }

    /** Makes a value of one row. */
    @FunctionalInterface
    interface Row<T> {
        T read(ResultSet row) throws SQLException, IOException;
    }

    /** Does something with each row. */
    @FunctionalInterface
    interface EachRow {
        void accept(ResultSet row) throws SQLException, IOException;
    }

    /** A blob; an empty one may come as null. */
    static byte[] bytes(ResultSet row, int column) throws SQLException {
        byte[] bytes = row.getBytes(column);
        return bytes == null ? new byte[0] : bytes;
    }

    /** @throws IllegalArgumentException if there is no text, which only damage makes of a column that must have one */
    static String text(ResultSet row, int column) throws SQLException {
        String text = row.getString(column);
        if (text == null) {
            throw new IllegalArgumentException("column " + column + " of a row has no text");
        }
        return text;
    }

    private PreparedStatement prepare(String sql, @Nullable Object... parameters) throws SQLException {
        PreparedStatement statement = statements.get(sql);
        if (statement == null) {
            statement = connection.prepareStatement(sql);
            statements.put(sql, statement);
        }
        for (int i = 0; i < parameters.length; i++) {
            statement.setObject(i + 1, parameters[i]);
        }
        return statement;
    }

    /** Calls {@code each} for every row. It must not run the same {@code sql} again. */
    void each(String sql, EachRow each, @Nullable Object... parameters) throws SQLException, IOException {
        try (ResultSet rows = prepare(sql, parameters).executeQuery()) {
            while (rows.next()) {
                each.accept(rows);
            }
        }
    }

    <T> List<T> list(String sql, Row<T> row, @Nullable Object... parameters) throws SQLException, IOException {
        List<T> values = new ArrayList<>();
        each(sql, rows -> values.add(row.read(rows)), parameters);
        return values;
    }

    <T> Optional<T> first(String sql, Row<T> row, @Nullable Object... parameters) throws SQLException, IOException {
        try (ResultSet rows = prepare(sql, parameters).executeQuery()) {
            return rows.next() ? Optional.of(row.read(rows)) : Optional.empty();
        }
    }

    /** The number in the first column of the first row; 0 if it is null or there is no row. */
    long number(String sql, @Nullable Object... parameters) throws SQLException {
        try (ResultSet rows = prepare(sql, parameters).executeQuery()) {
            return rows.next() ? rows.getLong(1) : 0;
        }
    }

    /** Runs a statement that changes rows. */
    void update(String sql, @Nullable Object... parameters) throws SQLException {
        prepare(sql, parameters).executeUpdate();
    }

    /** Runs a statement once, without keeping it prepared. */
    void execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
