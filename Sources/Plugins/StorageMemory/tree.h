/// tree.h: a balanced tree of nodes in a fixed order, addressed by position.
///
/// The nodes live inside what they order (a record has one node per index), so that inserting and removing never
/// allocate and therefore never fail: undoing a batch relies on it. The tree knows nothing about keys; `tree_position`
/// finds a place by asking a comparison, and the other calls take places. Every call is O(log n).
#ifndef STORAGE_MEMORY_TREE_H
#define STORAGE_MEMORY_TREE_H

#include <stdint.h>

typedef struct tree_node {
    struct tree_node *left;
    struct tree_node *right;
    uint64_t size;  ///< Nodes in this subtree, this one included.
    uint64_t priority;  ///< Random; a parent's is never less than its children's, which keeps the tree shallow.
} tree_node;

/// An empty tree is all zero.
typedef struct tree {
    tree_node *root;
    uint64_t random;  ///< State of the generator of priorities.
} tree;

/// Negative when `node` stands before what `key` describes, zero when it is such a node, positive when it stands
/// behind.
typedef int (*tree_compare)(const tree_node *node, const void *key);

uint64_t tree_count(const tree *tree);
/// How many nodes stand before `key`; with `past_equal` those that equal it are counted too.
uint64_t tree_position(const tree *tree, tree_compare compare, const void *key, int past_equal);
/// The node at `position`, which is less than the count.
tree_node *tree_at(const tree *tree, uint64_t position);
/// Puts `node` at `position`, at most the count; what stood there and behind moves back by one.
void tree_insert(tree *tree, uint64_t position, tree_node *node);
/// Takes out the node at `position`, which is less than the count.
tree_node *tree_remove(tree *tree, uint64_t position);

#endif
