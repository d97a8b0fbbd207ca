// A treap (Seidel and Aragon, "Randomized Search Trees", 1996) with subtree sizes: `split` cuts a tree in two at a
// position and `merge` joins two trees, the whole left one before the right one. Everything else is made of these.
#include "tree.h"

#include <stddef.h>

static uint64_t size_of(const tree_node *node) {
    return node ? node->size : 0;
}

static void count_again(tree_node *node) {
    node->size = 1 + size_of(node->left) + size_of(node->right);
}

/// The first `position` nodes of `node` go to `*left`, the others to `*right`.
static void split(tree_node *node, uint64_t position, tree_node **left, tree_node **right) {
    if (!node) {
        *left = *right = NULL;
        return;
    }
    uint64_t before = size_of(node->left);
    if (position <= before) {
        split(node->left, position, left, &node->left);
        *right = node;
    } else {
        split(node->right, position - before - 1, &node->right, right);
        *left = node;
    }
    count_again(node);
}

static tree_node *merge(tree_node *left, tree_node *right) {
    if (!left || !right) return left ? left : right;
    tree_node *top = left->priority >= right->priority ? left : right;
    if (top == left) {
        left->right = merge(left->right, right);
    } else {
        right->left = merge(left, right->left);
    }
    count_again(top);
    return top;
}

/// splitmix64 (Steele, Lea and Flood, 2014). Seeded with zero: the same history makes the same tree.
static uint64_t next_random(uint64_t *state) {
    uint64_t z = (*state += 0x9E3779B97F4A7C15u);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}

uint64_t tree_count(const tree *tree) {
    return size_of(tree->root);
}

uint64_t tree_position(const tree *tree, tree_compare compare, const void *key, int past_equal) {
    uint64_t position = 0;
    const tree_node *node = tree->root;
    while (node) {
        int order = compare(node, key);
        if (order < 0 || (order == 0 && past_equal)) {
            position += size_of(node->left) + 1;
            node = node->right;
        } else {
            node = node->left;
        }
    }
    return position;
}

tree_node *tree_at(const tree *tree, uint64_t position) {
    tree_node *node = tree->root;
    for (;;) {
        uint64_t before = size_of(node->left);
        if (position == before) return node;
        if (position < before) {
            node = node->left;
        } else {
            position -= before + 1;
            node = node->right;
        }
    }
}

typedef struct walk {
    tree_visit visit;
    void *context;
    int descending;
} walk;

/// The part of a walk that lies in this subtree, `begin` and `end` counted from its first node. 0 when the walk has ended.
static int visit_subtree(tree_node *node, uint64_t begin, uint64_t end, const walk *walk) {
    if (begin >= end) return 1;
    uint64_t before = size_of(node->left);
    uint64_t left_end = end < before ? end : before;
    uint64_t right_begin = begin > before + 1 ? begin - before - 1 : 0;
    uint64_t right_end = end > before + 1 ? end - before - 1 : 0;
    int is_wanted = begin <= before && before < end;
    if (walk->descending) {
        return visit_subtree(node->right, right_begin, right_end, walk) &&
               (!is_wanted || walk->visit(node, walk->context)) &&
               visit_subtree(node->left, begin, left_end, walk);
    }
    return visit_subtree(node->left, begin, left_end, walk) && (!is_wanted || walk->visit(node, walk->context)) &&
           visit_subtree(node->right, right_begin, right_end, walk);
}

void tree_walk(const tree *tree, uint64_t begin, uint64_t end, int descending, tree_visit visit, void *context) {
    const walk walk = {visit, context, descending};
    visit_subtree(tree->root, begin, end, &walk);
}

void tree_insert(tree *tree, uint64_t position, tree_node *node) {
    tree_node *left, *right;
    split(tree->root, position, &left, &right);
    *node = (tree_node){.size = 1, .priority = next_random(&tree->random)};
    tree->root = merge(merge(left, node), right);
}

tree_node *tree_remove(tree *tree, uint64_t position) {
    tree_node *left, *node, *right;
    split(tree->root, position, &left, &right);
    split(right, 1, &node, &right);
    tree->root = merge(left, right);
    return node;
}
