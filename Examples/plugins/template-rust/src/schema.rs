//! schema_plan and schema_apply: both make the schema that would be, of which `apply` then takes the tables. Here a schema lives
//! as long as the store; yours would keep it with the data.

use crate::abi::{self, slice, strided};
use crate::call::{failure, Answer};
use crate::engine::Table;

#[derive(Clone)]
pub struct Column {
    pub id: u32,
    pub kind: u32,
    pub flags: u32,
}

/// One order of a table's records.
#[derive(Clone)]
pub struct Index {
    /// 0: the primary key, which is the first of its table.
    pub id: u32,
    pub unique: bool,
    /// How many columns its declaration names.
    pub named: usize,
    /// Those, as places among the table's columns, then the key's that are not among them: no two records are equal in all.
    pub slots: Vec<usize>,
}

/// `tables` with all that `schema` declares added, and a line for each addition.
///
/// # Safety
/// `schema` is one that the host lends.
pub unsafe fn merge(tables: &[Table], schema: &abi::Schema) -> Answer<(Vec<Table>, String)> {
    let (mut merged, mut plan) = (tables.to_vec(), String::new());
    for declared in strided(schema.collections, schema.collection_stride, schema.collection_count) {
        let name = text(declared.name);
        let place = merged.iter().position(|table| table.id == declared.id).unwrap_or_else(|| {
            plan += &format!("add collection {name}\n");
            merged.push(Table::new(declared.id));
            merged.len() - 1
        });
        merge_collection(&mut merged[place], declared, name, &mut plan)?;
    }
    Ok((merged, plan))
}

unsafe fn merge_collection(table: &mut Table, declared: &abi::Collection, name: &str, plan: &mut String) -> Answer<()> {
    for column in strided(declared.columns, declared.column_stride, declared.column_count) {
        if column.flags & !abi::COLUMN_NULLABLE != 0 {
            return Err(failure(abi::UNSUPPORTED, "a column has unknown flags"));
        }
        match table.columns.iter().find(|known| known.id == column.id) {
            Some(known) if (known.kind, known.flags) == (column.kind, column.flags) => {}
            Some(_) => return Err(failure(abi::SCHEMA, "a column exists with another type")),
            None => {
                *plan += &format!("add column {name}.{}\n", text(column.name));
                table.columns.push(Column { id: column.id, kind: column.kind, flags: column.flags });
            }
        }
    }
    let key = slice(declared.key, declared.key_count as usize);
    if table.indexes.is_empty() {
        add_index(table, 0, true, key, &[])?;
    }
    for index in strided(declared.indexes, declared.index_stride, declared.index_count) {
        if index.flags & !abi::INDEX_UNIQUE != 0 {
            return Err(failure(abi::UNSUPPORTED, "an index has unknown flags"));
        }
        if table.indexes.iter().any(|known| known.id == index.id) {
            continue;
        }
        *plan += &format!("add index {name}.{}\n", text(index.name));
        let columns = slice(index.columns, index.column_count as usize);
        add_index(table, index.id, index.flags & abi::INDEX_UNIQUE != 0, columns, key)?;
    }
    Ok(())
}

fn add_index(table: &mut Table, id: u32, unique: bool, columns: &[u32], key: &[u32]) -> Answer<()> {
    let mut slots = Vec::new();
    for column in columns.iter().chain(key) {
        let slot = table.slot(*column).ok_or(failure(abi::INVALID, "an index names a column that does not exist"))?;
        if !slots.contains(&slot) {
            slots.push(slot);
        }
    }
    table.indexes.push(Index { id, unique, named: columns.len(), slots });
    Ok(())
}

unsafe fn text<'a>(span: abi::Span) -> &'a str {
    std::str::from_utf8(span.bytes()).unwrap_or("?")
}
