package org.monostack.platform.database;

import java.sql.SQLException;
import java.time.LocalDateTime;
import org.jooq.BindingGetResultSetContext;
import org.jooq.BindingSetStatementContext;
import org.jooq.Converter;
import org.jooq.Converters;
import org.jooq.impl.AbstractBinding;

/**
 * Reads and writes times as the driver's own {@link LocalDateTime}. jOOQ's default goes through
 * {@link java.sql.Timestamp}, whose calendar made up a twelfth of the time of long lists, and which
 * knows hours that do not exist. Stateless; named by the code generator's configuration.
 */
public final class TimeBinding extends AbstractBinding<LocalDateTime, LocalDateTime> {
    private static final long serialVersionUID = 1L;

    @Override
    public Converter<LocalDateTime, LocalDateTime> converter() {
        return Converters.identity(LocalDateTime.class);
    }

    @Override
    public void set(BindingSetStatementContext<LocalDateTime> context) throws SQLException {
        context.statement().setObject(context.index(), context.value());
    }

    @Override
    public void get(BindingGetResultSetContext<LocalDateTime> context) throws SQLException {
        context.value(context.resultSet().getObject(context.index(), LocalDateTime.class));
    }
}
